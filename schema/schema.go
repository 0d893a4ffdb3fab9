// Package schema holds the JSON Schemas of the YAML tree, for the program and for editors.
package schema

import "embed"

// Files holds the schemas by file name. organization.json is the schema of a document; it refers to the others.
//
//go:embed *.json
var Files embed.FS
