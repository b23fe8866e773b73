package main

import "fmt"

// A measurement is a sequence of things that have to work. The first error ends it, as t.Fatal ends a test, so that what
// is measured is not buried under the handling of errors. It does not leave attempt, and goroutines return theirs.

// failure carries an error up to attempt.
type failure struct{ err error }

func check(err error) {
	if err != nil {
		panic(failure{err})
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

// attempt returns the error that ended do.
func attempt(do func()) (err error) {
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

// named adds a name to the error that ends do.
func named(name string, do func()) {
	if err := attempt(do); err != nil {
		check(fmt.Errorf("%s: %w", name, err))
	}
}
