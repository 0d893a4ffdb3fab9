package spec

import "atlas-gitops/internal/yamldoc"

// Identify returns the text of a file in which the organization whose name stands in the line, counted from 1, has the
// id, right behind its name. Every other byte is kept. It fails where the organization is not there, has an id, or is
// written in a way that leaves no room for one.
func Identify(data []byte, line int, name, id string) ([]byte, error) {
	return yamldoc.Identify(data, line, name, id)
}
