// Package conformance checks the program's requests and the sandbox's answers against the official description of the
// Atlas Administration API and with the official SDK.
package conformance
