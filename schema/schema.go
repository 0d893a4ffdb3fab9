// Package schema holds the JSON Schemas of the YAML tree and of a plan, for the program and for editors.
package schema

import "embed"

// Plan is the schema file of a plan and of the result of apply. All other files describe the tree.
const Plan = "plan.json"

// Document is the schema file of a document of the tree. It refers to the files of its parts.
const Document = "organization.json"

// Accepted is the schema file of an _accepted.yaml.
const Accepted = "accepted.json"

// Files holds the schemas by file name.
//
//go:embed *.json
var Files embed.FS
