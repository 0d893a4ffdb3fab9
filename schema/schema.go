// Package schema holds the JSON Schemas of the YAML tree, for the program and for editors, and that of a plan.
package schema

import "embed"

// Plan is the file of the schema of a plan, and of what apply reports of one. All other files are about the tree.
const Plan = "plan.json"

// Document is the file of the schema of a document of the tree. It refers to those of its parts.
const Document = "organization.json"

// Files holds the schemas by file name.
//
//go:embed *.json
var Files embed.FS
