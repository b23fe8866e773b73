package program

import "fmt"

// A command of the lab is a sequence of things that have to work. The first error ends what is being done, as t.Fatal
// ends a test, so that what is done is not buried under the handling of errors. It does not leave Attempt, and goroutines
// return theirs.

// failure carries an error up to Attempt.
type failure struct{ err error }

// Check ends what is being done if there is an error.
func Check(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// Must returns a value, or ends what is being done.
func Must[T any](value T, err error) T {
	Check(err)
	return value
}

// Fail ends what is being done with an error like that of fmt.Errorf.
func Fail(format string, arguments ...any) { Check(fmt.Errorf(format, arguments...)) }

// Attempt returns the error that ended do.
func Attempt(do func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			failed, ok := r.(failure)
			if !ok {
				panic(r)
			}
			err = failed.err
		}
	}()
	do()
	return nil
}

// Named adds a name to the error that ends do.
func Named(name string, do func()) {
	if err := Attempt(do); err != nil {
		Fail("%s: %w", name, err)
	}
}
