// Package yamldoc writes YAML files: it prints a file in canonical form, and changes single values of one without a change to
// any other byte. It does not know what a file is about.
//
// Its tree is not that of yamldata. A node there is what a value says: the value of an alias and what a merge key brings in
// are in it. A piece here is how a value is written: with comments, brackets and anchors, but with an alias as a mere word. One
// tree for both would need both at each value, and every file that is only read would have to pay for how it is written.
// The YAML library knows neither where a value ends nor which comments belong to it, so a piece takes a walk over the text.
package yamldoc
