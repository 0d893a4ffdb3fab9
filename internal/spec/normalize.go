package spec

import (
	"slices"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/yamldata"
)

// normalize returns a value with all e-mail addresses and names in the form that comparisons need. The schema says which texts these
// are.
func normalize(n *yamldata.Node, s *shape) *yamldata.Node {
	if s == nil || !s.hasNames {
		return n
	}
	if text := normalText(n.Text(), s); text != n.Text() {
		return &yamldata.Node{Place: n.Place, Value: text, Via: n.Via}
	}
	n = n.MapParts(func(key string, part *yamldata.Node) *yamldata.Node { return normalize(part, s.part(key)) })
	if !s.hasFreeKeys() || !slices.ContainsFunc(n.Entries(), func(e *yamldata.Entry) bool { return e.Key != resource.NormalizeName(e.Key) }) {
		return n
	}
	entries := make([]*yamldata.Entry, len(n.Entries()))
	for i, e := range n.Entries() {
		named := *e
		named.Key, entries[i] = resource.NormalizeName(e.Key), &named
	}
	return &yamldata.Node{Place: n.Place, Value: entries, Via: n.Via}
}

func normalText(text string, s *shape) string {
	switch {
	case s.isEmail && s.pattern.MatchString(text): // a message repeats any other text as it is
		return resource.NormalizeEmail(text)
	case s.isName:
		return resource.NormalizeName(text)
	}
	return text
}
