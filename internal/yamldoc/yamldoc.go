// Package yamldoc writes YAML files: it prints a file in canonical form, and changes single values without changing any other byte. It
// knows nothing about Atlas.
//
// Its tree differs from the tree of yamldata. A node there is the meaning of a value, with aliases and merge keys resolved. A piece here
// is the written form of a value: comments, brackets and anchors; an alias is only a word. One tree for both would make reading a file
// more expensive, although most files are only read. The YAML library does not know where a value ends or which comments belong to it,
// so this package reads the text a second time.
package yamldoc
