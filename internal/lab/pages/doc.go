// Package pages contains tests of the documentation, the README and CONTRIBUTING.
package pages
