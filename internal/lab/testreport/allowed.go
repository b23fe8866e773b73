package main

// allowed lists the acceptance tests that may be skipped, each with the CLI version from which on it has to run. The
// names are those of top-level tests and include their subtests. No other test may be skipped, and a listed one only by
// an older CLI.
var allowed = map[string]string{
	"TestAccListExamples":                       "1.14",
	"TestAccListResource":                       "1.14",
	"TestAccListResourceGeneratesConfiguration": "1.14",
	"TestAccActionExamples":                     "1.14",
}
