package cli

import (
	"errors"

	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// defaultTree is the default PATH.
const defaultTree = "orgs"

// trees returns the PATHs of the command line, or the default PATH.
func (c *call) trees() ([]string, error) {
	if len(c.args) > 0 {
		return c.args, nil
	}
	if c.exists(defaultTree) {
		return []string{defaultTree}, nil
	}
	problem := "no PATH was given, and the default directory " + defaultTree + " does not exist here; name the files or directories of the tree"
	if near := spec.Nearby(c.Files); near != "" {
		problem += ", such as " + safetext.Shell(near)
	}
	return nil, errors.New(problem)
}
