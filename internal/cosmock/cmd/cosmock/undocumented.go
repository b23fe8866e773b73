package main

import (
	"flag"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// undocumentedFlags adds a flag for each field of cosmock.Undocumented, named
// after it: -customer-key-wrong '403 AccessDenied'. The fields' comments document
// the flags.
func undocumentedFlags(flags *flag.FlagSet, u *cosmock.Undocumented) {
	fields := reflect.ValueOf(u).Elem()
	for i := range fields.NumField() {
		name := kebab(fields.Type().Field(i).Name)
		const usage = "answer an open question, see Undocumented in the package documentation"
		switch field := fields.Field(i).Addr().Interface().(type) {
		case *bool:
			flags.BoolVar(field, name, *field, usage)
		case *string:
			flags.StringVar(field, name, *field, usage)
		case *int:
			flags.IntVar(field, name, *field, usage)
		case *cosmock.Answer:
			flags.Func(name, usage+"; `answer` is a status, and perhaps a code and a message", func(text string) (err error) {
				*field, err = parseAnswer(text)
				return err
			})
		}
	}
}

// parseAnswer parses "403", "403 AccessDenied" or "403 AccessDenied Some words.".
func parseAnswer(text string) (cosmock.Answer, error) {
	number, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	status, err := strconv.Atoi(number)
	if err != nil || status < 200 || status > 599 {
		return cosmock.Answer{}, fmt.Errorf("%q is no HTTP status", number)
	}
	code, message, _ := strings.Cut(rest, " ")
	return cosmock.Answer{Status: status, Code: code, Message: message}, nil
}

// kebab converts CustomerKeyOverHTTP to customer-key-over-http.
func kebab(name string) string {
	var b strings.Builder
	letters := []rune(name)
	for i, c := range letters {
		if unicode.IsUpper(c) && i > 0 && (!unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
