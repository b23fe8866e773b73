package main

import (
	"io"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// Every open question has a command-line flag.
func TestUndocumentedFlags(t *testing.T) {
	t.Parallel()
	opts, err := parseFlags([]string{
		"-customer-key-wrong", "403 AccessDenied Access Denied.", "-customer-key-over-http", "-default-content-type", "text/plain", "-delete-missing-status", "404",
	}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := cosmock.Undocumented{
		CustomerKeyWrong:    cosmock.Answer{Status: 403, Code: "AccessDenied", Message: "Access Denied."},
		CustomerKeyOverHTTP: true, DefaultContentType: "text/plain", DeleteMissingStatus: 404,
	}
	if diff := cmp.Diff(want, opts.Undocumented); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, args := range [][]string{{"-customer-key-wrong", "no"}, {"-customer-key-wrong", "99"}} {
		if _, err := parseFlags(args, io.Discard); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
	for i := range reflect.TypeFor[cosmock.Undocumented]().NumField() {
		field := reflect.TypeFor[cosmock.Undocumented]().Field(i)
		if _, err := parseFlags([]string{"-" + kebab(field.Name) + "=" + map[reflect.Kind]string{reflect.Bool: "true", reflect.String: "x", reflect.Int: "204", reflect.Struct: "400"}[field.Type.Kind()]}, io.Discard); err != nil {
			t.Errorf("%s: %v", field.Name, err)
		}
	}
}
