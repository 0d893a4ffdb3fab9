package spec

import (
	"encoding/json"
	"slices"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
	"atlas-gitops/internal/yamldata"
)

// checker checks documents.
type checker struct {
	reporter
	validator *validator
	file      string            // the file to check; "" for a saved plan
	anchored  []Place           // the top-level keys of its documents whose values contain an anchor
	isFaulty  func(string) bool // whether a defaults file has findings; these are not repeated for each organization
}

// check reports the mistakes in an organization with its defaults, or in a part of an organization.
func (c *checker) check(doc *yamldata.Node, f *form) {
	doc = c.checkForm(doc, f)
	for _, k := range resource.Kinds {
		c.checkKeys(k, doc.Get(k.Name))
		c.checkAddresses(k, doc.Get(k.Name))
	}
	c.checkSections(doc)
	c.checkTimeouts(doc)
	c.checkCreate(doc)
	c.checkAbsent(doc)
	if !f.isPart && doc.Get(manage).Get(resource.Members.Name).Text() != additive {
		c.checkOwner(doc.Entry(resource.Members.Name))
	}
	unknownExamples(doc, c.validator.organization.shape, func(n *yamldata.Node, known []string) {
		d := c.report(unknownRole, n.Place, "role %s is not known", safetext.Quoted(n.Text()))
		if d.Hint = "check the spelling; ignore this warning if Atlas has the role"; suggest.Nearest(n.Text(), known) != "" {
			d.Hint = choose(n.Text(), known)
		}
	})
}

// checkForm reports the violations of the schema in a document, and returns the document with its misspelled keys corrected.
func (c *checker) checkForm(doc *yamldata.Node, f *form) *yamldata.Node {
	mistakes, doc := c.checkSchema(doc, f)
	for _, m := range mistakes {
		if m.place.File != c.file && c.isFaulty(m.place.File) {
			continue // it was already reported for the defaults file
		}
		d := c.report(m.rule, m.place, "%s", m.message)
		d.Hint, d.Other = c.hint(m, doc), m.other
	}
	return doc
}

// hint returns the hint of a mistake in a document.
func (c *checker) hint(m mistake, doc *yamldata.Node) string {
	switch {
	case m.isForeign && slices.Contains(c.anchored, m.place):
		return pieceHint
	case m.rule == missingKey && m.place == doc.Place && c.looksLikeDefaults(doc):
		return specialFor(DefaultsFile).renameHint()
	}
	return m.hint
}

// checkSchema returns the violations of the schema, and the document with its misspelled keys corrected. It also checks the values
// of misspelled keys.
func (c *checker) checkSchema(doc *yamldata.Node, f *form) (all []mistake, mended *yamldata.Node) {
	for again := true; again; {
		mistakes := f.check(doc)
		all = append(all, mistakes...)
		again = slices.ContainsFunc(mistakes, func(m mistake) bool { return m.rule == unknownKey })
		if again {
			after := normalize(f.shape.mend(doc, c.file), f.shape)
			doc, again = after, after != doc
		}
	}
	return all, doc
}

// checkKeys reports objects of a kind that have the same key.
func (c *checker) checkKeys(k *resource.Kind, section *yamldata.Node) {
	if k.Key == "" {
		return
	}
	first := map[string]*yamldata.Node{}
	for _, item := range section.Items() {
		key := KeyOf(k, item)
		if first[key] == nil || key == "" {
			first[key] = item
			continue
		}
		at, other := placesOfKey(item, first[key], k.Key)
		c.report(duplicateItem, at, "%s %s is listed twice in %s", k.Key, safetext.Quoted(key), k.Name).Other = &other
	}
}

// checkAddresses warns of usernames that are not e-mail addresses. Atlas has such users, from other login methods, but it invites only
// e-mail addresses [api createOrgUser].
func (c *checker) checkAddresses(k *resource.Kind, section *yamldata.Node) {
	if !k.IsPeople() {
		return
	}
	for _, item := range section.Items() {
		name := item.Get(k.Key)
		if text := name.Text(); text != "" && !resource.IsAddress(text) && c.validator.organization.shape.entry(k.Name).item().entry(k.Key).pattern.MatchString(text) {
			d := c.report(notAnAddress, name.Place, "%s %s is not an e-mail address", k.Key, safetext.Quoted(text))
			d.Hint = "Atlas invites only e-mail addresses; keep this name only if the person is already in the organization"
		}
	}
}

// checkSections reports people who are listed in both members and invitations.
func (c *checker) checkSections(doc *yamldata.Node) {
	invited := map[string]*yamldata.Node{}
	for _, item := range doc.Get(resource.Invitations.Name).Items() {
		invited[KeyOf(resource.Invitations, item)] = item
	}
	for _, item := range doc.Get(resource.Members.Name).Items() {
		key := KeyOf(resource.Members, item)
		if other := invited[key]; other != nil && key != "" {
			at, otherAt := placesOfKey(item, other, resource.Members.Key)
			d := c.report(twoSections, at, "%s is listed in members and in invitations", safetext.Quoted(key))
			d.Other, d.Hint = &otherAt, "remove the entry in invitations; an entry in members also invites"
		}
	}
}

// placesOfKey returns the places of the keys of two items. If one item is an alias of the other, it returns the places of the items.
func placesOfKey(a, b *yamldata.Node, key string) (Place, Place) {
	if at, other := a.Get(key).Place, b.Get(key).Place; at != other {
		return at, other
	}
	return a.Place, b.Place
}

// checkTimeouts reports an idle timeout above the absolute one, which Atlas rejects [api updateOrgSettings].
func (c *checker) checkTimeouts(doc *yamldata.Node) {
	const idleKey, absoluteKey = "idleSessionTimeoutInSeconds", "absoluteSessionTimeoutInSeconds"
	timeouts := doc.Get(resource.Settings.Name).Get("customSessionTimeouts")
	idle, absolute := timeouts.Get(idleKey), timeouts.Get(absoluteKey)
	i, isIdle := integerOf(idle)
	a, isAbsolute := integerOf(absolute)
	if isIdle && isAbsolute && i > a {
		d := c.report(idleTimeout, idle.Place, "%s (%d) must not be greater than %s (%d)", idleKey, i, absoluteKey, a)
		d.Other = &absolute.Place
	}
}

// checkCreate reports contradictions in the create section.
func (c *checker) checkCreate(doc *yamldata.Node) {
	create := doc.Entry("create")
	if create == nil {
		return
	}
	if id := doc.Entry("id"); id != nil {
		d := c.report(createdAlready, create.Place, "create has no effect: the organization already has an id")
		d.Other, d.Hint = &id.Place, "remove create"
	}
	if doc.Entry("id") == nil && create.Value.IsObject() && len(resource.WaysIn(fields(create.Value))) == 0 {
		d := c.report(noWayIn, create.Place, "no one would have access to the new organization: create has no ownerId, and no credential with the role ORG_OWNER")
		d.Hint = "add ownerId, or roles: [ORG_OWNER] in serviceAccount or apiKey"
	}
	if account, key := create.Value.Entry("serviceAccount"), create.Value.Entry("apiKey"); account != nil && key != nil {
		d := c.report(twoCredentials, key.Place, "create takes apiKey or serviceAccount, not both")
		d.Other = &account.Place
	}
}

// checkAbsent reports state: absent without an id, because only an id is unambiguous, and state: absent with managed sections.
func (c *checker) checkAbsent(doc *yamldata.Node) {
	state := doc.Entry("state")
	if doc.Get("state").Text() != "absent" {
		return
	}
	if doc.Entry("id") == nil {
		c.report(absent, state.Place, "state: absent needs the id of the organization").Hint = "add id; another organization can have the same name"
	}
	for _, e := range doc.Entries() {
		if e.Place.File != state.Place.File || slices.Contains([]string{"state", "name", "id", "credentials", manage}, e.Key) {
			continue // a deletion ignores inherited values: they are meant for the other organizations
		}
		d := c.report(absent, e.Place, "state: absent deletes the organization, so %s has no effect", e.Key)
		d.Other, d.Hint = &state.Place, "remove one of the two"
	}
}

// checkOwner reports members without an owner: after an apply, no one could change the organization. It reports nothing if the roles
// of a member are missing or malformed, because that member may be meant as an owner, and the mistake is reported anyway. An unknown
// role of the right form is not ORG_OWNER.
func (c *checker) checkOwner(members *yamldata.Entry) {
	if members == nil || !members.Value.IsList() {
		return
	}
	const owner, roles = "ORG_OWNER", "roles"
	isRole := c.validator.organization.shape.entry(resource.Members.Name).item().entry(roles).item().pattern.MatchString
	for _, item := range members.Value.Items() {
		if len(item.Get(roles).Items()) == 0 {
			return
		}
		for _, role := range item.Get(roles).Items() {
			if role.Text() == owner || !isRole(role.Text()) {
				return
			}
		}
	}
	c.report(noOwner, members.Place, "no one in members has the role %s", owner).Hint = "give a member this role, or write manage: { members: additive } to manage only the listed people"
}

// integerOf returns the value of n if it is a whole number.
func integerOf(n *yamldata.Node) (int64, bool) {
	if n == nil {
		return 0, false
	}
	number, ok := n.Value.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := number.Int64()
	return i, err == nil
}
