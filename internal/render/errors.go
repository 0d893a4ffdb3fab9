package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
)

// WriteErrors writes what could not be planned, and why. name turns the names of files into those that the reader knows. An error
// that several organizations share is written once, with the names of at most 20 of them. The JSON form has it for each organization.
func WriteErrors(w io.Writer, p *plan.Plan, name FileName) error {
	var b strings.Builder
	for _, block := range errorBlocks(p, name) {
		b.WriteString(block.Text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// problem is a problem together with its organization.
type problem struct {
	plan.Problem
	org  plan.Org
	name string // of the organization, unique in the plan
}

// errorBlocks returns a block for each error that WriteErrors writes, in the order of their first organizations.
func errorBlocks(p *plan.Plan, name FileName) (blocks []Block) {
	type key struct{ about, common string }
	var keys []key
	groups, names := map[key][]problem{}, orgNames(p.Orgs)
	for i, org := range p.Orgs {
		for _, one := range org.Problems {
			k := key{one.About, one.Common}
			if groups[k] == nil {
				keys = append(keys, k)
			}
			groups[k] = append(groups[k], problem{one, org, names[i]})
		}
	}
	for _, k := range keys {
		blocks = append(blocks, blocksOf(groups[k], name)...)
	}
	return blocks
}

// blocksOf returns one block for equal problems of several organizations, and one block for each problem of a single organization. A
// problem with two places always has a block of its own.
func blocksOf(same []problem, name FileName) (blocks []Block) {
	isOf := func(a, b problem) bool { return a.org.Ref() == b.org.Ref() }
	if of := slices.CompactFunc(slices.Clone(same), isOf); len(of) > 1 && same[0].Other == nil {
		return []Block{{Text: shared(of)}}
	}
	for _, one := range same {
		one.At.File = name.of(one.At.File)
		if one.Other != nil {
			one.Other = &plan.Source{File: name.of(one.Other.File), Line: one.Other.Line}
		}
		blocks = append(blocks, Block{Text: "error: " + one.Line(one.org.Name) + "\n"})
	}
	return blocks
}

// shared returns the text of a problem that several organizations share, with their names.
func shared(same []problem) string {
	message, title := same[0].Message, ""
	names := make([]string, len(same))
	differs := slices.ContainsFunc(same, func(p problem) bool { return p.Message != message })
	if differs {
		message = same[0].Common
	}
	for i, one := range same {
		names[i] = one.name
		if differs && one.NamesCredential {
			title = "NAME in brackets: "
			names[i] += " (" + item(one.org.Credentials) + ")"
		}
	}
	if about := same[0].About; about != "" {
		message = about + ": " + message
	}
	head := fmt.Sprintf("error: %d organizations: %s\n", len(same), safetext.Line(message))
	listed := suggest.Some(names)
	if last := len(listed) - 1; listed[last] != names[len(names)-1] {
		listed[last] += "; plan --format json lists all"
	}
	return head + wrap("  ", title, listed) + "\n"
}
