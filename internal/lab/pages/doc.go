// Package pages checks what users read: the pages of the documentation, the
// README and CONTRIBUTING. It has tests only.
package pages
