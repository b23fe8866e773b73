package main

// allowed are the acceptance tests that may be skipped, each with the version of the CLI from which on it has to run. Every
// name is that of a top-level test, and its subtests go with it. A test that is not listed may never be skipped, and
// one that is listed may be skipped only by an older CLI.
var allowed = map[string]string{
	"TestAccListExamples":                       "1.14",
	"TestAccListResource":                       "1.14",
	"TestAccListResourceGeneratesConfiguration": "1.14",
	"TestAccActionExamples":                     "1.14",
}
