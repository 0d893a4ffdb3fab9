// Package conformance holds the product's requests and the sandbox's answers against the official description of the
// Atlas Administration API and against the official SDK.
package conformance
