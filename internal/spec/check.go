package spec

import (
	"encoding/json"
	"slices"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/suggest"
)

// check reports what is wrong with an organization over its defaults, or with a part that several share.
func (s *source) check(doc *node, part bool) {
	mistakes, doc := s.checkSchema(doc, part)
	for _, m := range mistakes {
		if m.place.File != s.file && len(s.tree.sources[m.place.File].found) > 0 {
			continue // it was told of the file that it comes from
		}
		d := s.report(m.rule, m.place, "%s", m.message)
		d.Hint, d.Other = m.hint, m.other
	}
	for _, k := range resource.Kinds {
		s.checkKeys(k, doc.get(k.Name))
	}
	s.checkSections(doc)
	s.checkTimeouts(doc)
	s.checkCreate(doc)
	s.checkAbsent(doc)
	if !part && doc.get(manage).get(resource.Members.Name).text() != additive {
		s.checkOwner(doc.entry(resource.Members.Name))
	}
	unknownExamples(doc, s.tree.validator.shape, func(n *node, known []string) {
		d := s.report(unknownProjectRole, n.place, "project role %s is not known", quoted(n.text()))
		if d.Hint = "check the spelling; Atlas may know more than this version"; suggest.Nearest(n.text(), known) != "" {
			d.Hint = choose(n.text(), known)
		}
	})
}

// checkSchema returns what the schema does not allow, also below misspelled keys, and the document with these mended.
func (s *source) checkSchema(doc *node, part bool) (all []mistake, mended *node) {
	v := s.tree.validator
	for again := true; again; {
		mistakes := v.check(doc, part)
		all = append(all, mistakes...)
		again = slices.ContainsFunc(mistakes, func(m mistake) bool { return m.rule == unknownKey })
		if again {
			shape := v.shapeOf(part)
			after := foldEmails(shape.mend(doc, s.file), shape)
			doc, again = after, after != doc
		}
	}
	return all, doc
}

// checkKeys reports objects of a kind that say twice who or what they are.
func (s *source) checkKeys(k *resource.Kind, section *node) {
	first := map[string]*node{}
	if k.Key == "" || section == nil {
		return
	}
	for _, item := range section.items() {
		key := keyOf(k, item)
		if first[key] == nil || key == "" {
			first[key] = item
			continue
		}
		at, other := placesOfKey(item, first[key], k.Key)
		s.report(duplicateItem, at, "%s %s is listed twice in %s", k.Key, quoted(key), k.Name).Other = &other
	}
}

// checkSections reports people of whom two sections say how they should be.
func (s *source) checkSections(doc *node) {
	invited := map[string]*node{}
	for _, item := range doc.list(resource.Invitations.Name) {
		invited[keyOf(resource.Invitations, item)] = item
	}
	for _, item := range doc.list(resource.Members.Name) {
		key := keyOf(resource.Members, item)
		if other := invited[key]; other != nil && key != "" {
			at, otherAt := placesOfKey(item, other, resource.Members.Key)
			d := s.report(twoSections, at, "%s is listed in members and in invitations", quoted(key))
			d.Other, d.Hint = &otherAt, "members are invited too; remove the invitation"
		}
	}
}

// placesOfKey returns where two items say who they are; where they stand, if one is an alias of the other.
func placesOfKey(a, b *node, key string) (Place, Place) {
	if at, other := a.get(key).place, b.get(key).place; at != other {
		return at, other
	}
	return a.place, b.place
}

// checkTimeouts: Atlas wants the idle timeout to be at most the absolute one.
func (s *source) checkTimeouts(doc *node) {
	const idleKey, absoluteKey = "idleSessionTimeoutInSeconds", "absoluteSessionTimeoutInSeconds"
	timeouts := doc.get(resource.Settings.Name).get("customSessionTimeouts")
	idle, absolute := timeouts.get(idleKey), timeouts.get(absoluteKey)
	i, isIdle := idle.integer()
	a, isAbsolute := absolute.integer()
	if isIdle && isAbsolute && i > a {
		d := s.report(idleTimeout, idle.place, "%s is %d, above %s, which is %d", idleKey, i, absoluteKey, a)
		d.Other = &absolute.place
	}
}

// checkCreate reports what makes no sense about an organization that may not exist yet.
func (s *source) checkCreate(doc *node) {
	create := doc.entry("create")
	if create == nil {
		return
	}
	if id := doc.entry("id"); id != nil {
		d := s.report(createdAlready, create.place, "create is done with, since the organization has an id")
		d.Other, d.Hint = &id.place, "it can be removed"
	}
	if doc.entry("id") == nil && create.value.isObject() && !resource.HasWayIn(fields(create.value)) {
		d := s.report(noWayIn, create.place, "nobody could get into the organization: create has no ownerId, and no credential with the role ORG_OWNER")
		d.Hint = "write ownerId, or roles: [ORG_OWNER] in serviceAccount or apiKey"
	}
	if account, key := create.value.entry("serviceAccount"), create.value.entry("apiKey"); account != nil && key != nil {
		d := s.report(twoCredentials, key.place, "create takes apiKey or serviceAccount, not both")
		d.Other = &account.place
	}
}

// checkAbsent: an organization is deleted only where nobody can have meant another one, or that it should stay.
func (s *source) checkAbsent(doc *node) {
	state := doc.entry("state")
	if state.text() != "absent" {
		return
	}
	if doc.entry("id") == nil {
		s.report(absent, state.place, "state: absent takes the id of the organization").Hint = "write it, so that no other can be meant"
	}
	for _, e := range doc.entries() {
		if e.place.File != state.place.File || slices.Contains([]string{"state", "name", "id", "credentials", manage}, e.key) {
			continue // what it inherits is meant for those that stay
		}
		d := s.report(absent, e.place, "%s is managed in an organization that is to be deleted", e.key)
		d.Other, d.Hint = &state.place, "remove one of the two"
	}
}

// checkOwner: without an owner nobody could ever change the organization again. Whose roles are not clear may be one.
func (s *source) checkOwner(members *entry) {
	if members == nil || !members.value.isList() {
		return
	}
	const owner, roles = "ORG_OWNER", "roles"
	known := texts(s.tree.validator.shape.entry(resource.Members.Name).item().entry(roles).item().keywords["enum"])
	for _, item := range members.value.items() {
		if len(item.list(roles)) == 0 {
			return
		}
		for _, role := range item.list(roles) {
			if role.text() == owner || !slices.Contains(known, role.text()) {
				return
			}
		}
	}
	s.report(noOwner, members.place, "members has nobody with the role %s", owner).Hint = "give it to someone, or leave members out to leave them alone"
}

// list returns the items of the list under a key; none if there is none.
func (n *node) list(key string) []*node {
	if value := n.get(key); value != nil {
		return value.items()
	}
	return nil
}

// integer returns the whole number that n is.
func (n *node) integer() (int64, bool) {
	if n == nil {
		return 0, false
	}
	number, ok := n.value.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := number.Int64()
	return i, err == nil
}

func (e *entry) text() string {
	if e == nil {
		return ""
	}
	return e.value.text()
}
