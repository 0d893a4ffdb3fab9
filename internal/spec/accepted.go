package spec

import (
	"cmp"
	"slices"
	"strings"

	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
	"atlas-gitops/internal/yamldata"
)

// AcceptedFile is the name of the files with acceptances of blocked organizations.
const AcceptedFile = "_accepted.yaml"

// Acceptance is an entry of an _accepted.yaml. Whether its digest is that of a plan is not known here.
type Acceptance struct {
	Digest       string // 32 to 64 hexadecimal digits in lower case: the digest of a blocked organization, or its beginning
	Organization string // the name of the organization in the tree
	Reason       string // not blank
	Place        Place  // of the entry
}

// digestLength is the number of digits that tell two digests apart. The schema requires at least as many.
const digestLength = 32

func acceptanceOf(item *yamldata.Node) Acceptance {
	return Acceptance{strings.ToLower(item.Get("digest").Text()), item.Get("organization").Text(), item.Get("reason").Text(), item.Place}
}

// takeAcceptances checks the entries of an _accepted.yaml, and keeps them.
func (s *source) takeAcceptances(doc *yamldata.Node) {
	type key struct{ organization, digest string }
	first, entry := map[key]*yamldata.Node{}, s.validator.accepted.shape.item()
	doc = s.checkForm(doc, s.validator.accepted)
	for _, item := range doc.Items() {
		a := acceptanceOf(item)
		s.acceptances = append(s.acceptances, a)
		if a.Organization == "" || !entry.entry("digest").pattern.MatchString(a.Digest) {
			continue // it was already reported
		}
		k := key{a.Organization, a.Digest[:digestLength]}
		if other := first[k]; other != nil {
			at, otherAt := placesOfKey(item, other, "digest")
			s.report(duplicateItem, at, "digest %s is listed twice for %s", a.Digest, safetext.Quoted(a.Organization)).Other = &otherAt
			continue
		}
		first[k] = item
	}
}

// Acceptances returns the acceptances that name the organization and count for its file, those of the highest directory first.
func (o *Org) Acceptances() (all []Acceptance) {
	for _, file := range o.accepted {
		for _, a := range file {
			if a.Organization == o.Name {
				a.Place = o.named(a.Place)
				all = append(all, a)
			}
		}
	}
	return all
}

// maxSuggestions is how many entries of a tree get a suggestion. In a large tree, each takes milliseconds.
const maxSuggestions = 100

// checkAcceptances warns of entries that name no organization in the directory of their file or below. It reports nothing if one of
// these organizations has an error, because that can be in its name.
func (l *loader) checkAcceptances(s *source, in *inheritance) {
	if s.hasErrors() || slices.ContainsFunc(in.heirs[s], (*source).hasErrors) {
		return
	}
	var known []string
	for _, heir := range in.heirs[s] {
		for _, doc := range heir.documents {
			known = append(known, doc.Get("name").Text())
		}
	}
	slices.Sort(known)
	for _, item := range s.documents[0].Items() {
		name := item.Get("organization")
		if _, ok := slices.BinarySearch(known, name.Text()); !ok {
			l.reportUnusedAcceptance(name, known, in.names)
		}
	}
}

// reportUnusedAcceptance reports the name of an organization for which an entry does not count.
func (l *loader) reportUnusedAcceptance(name *yamldata.Node, known []string, all map[string]Place) {
	text := name.Text()
	if elsewhere, ok := all[text]; ok {
		d := l.report(unusedAcceptance, name.Place, "organization %s is in another directory", safetext.Quoted(text))
		d.Other, d.Hint = &elsewhere, "move the entry to the "+AcceptedFile+" of that directory or of one above it"
		return
	}
	d := l.report(unusedAcceptance, name.Place, "no organization in this directory or below is called %s", safetext.Quoted(text))
	if l.suggested++; l.suggested <= maxSuggestions {
		d.Hint = suggest.DidYouMean(text, known)
	}
	d.Hint = cmp.Or(d.Hint, "correct the name, or remove the entry")
}

// hasErrors reports whether a file has an error, or no document.
func (s *source) hasErrors() bool {
	return len(s.documents) == 0 || slices.ContainsFunc(s.found, func(d *Diagnostic) bool { return d.Severity == Error })
}

// AcceptanceEntry returns the lines that accept an organization in a file of acceptances. The reason is missing, so that the tree is
// valid only after somebody has written one.
func AcceptanceEntry(digest, organization string) string {
	quoted := func(text string) string {
		if yamldata.IsPlain(text) {
			return text
		}
		return yamldata.Quote(text) // also a digest that is a number, such as 12…e34
	}
	return "- digest: " + quoted(digest) + "\n  organization: " + quoted(organization) + "\n  reason: # say why\n"
}
