package plan

import (
	"strings"

	"atlas-gitops/internal/resource"
)

// NewDomains returns an item for each e-mail domain of a listed person that nobody in the base tree has. It is about the first person
// with that domain, and orgs has the index of that person's organization in head. If the base tree lists nobody, every domain would be
// new, so there are no items.
func NewDomains(base, head []resource.Desired) (items []ReviewItem, orgs []int) {
	known := map[string]bool{}
	for _, d := range base {
		for _, p := range listed(d) {
			known[domainOf(p.key)] = true
		}
	}
	if len(known) == 0 {
		return nil, nil
	}
	at, people := map[string]int{}, map[string]map[string]bool{}
	for i, d := range head {
		counted := map[string]bool{} // the domains, in this organization
		for _, p := range listed(d) {
			domain := domainOf(p.key)
			if domain == "" || known[domain] {
				continue
			}
			if people[domain] == nil {
				at[domain], people[domain] = len(items), map[string]bool{}
				items = append(items, ReviewItem{About: NewDomain, Organization: d.Name, ID: d.ID, Kind: p.kind, Key: p.key, After: domain})
				orgs = append(orgs, i)
			}
			item := &items[at[domain]]
			item.Count += one(!people[domain][p.key])
			item.Organizations += one(!counted[domain])
			people[domain][p.key], counted[domain] = true, true
		}
	}
	return items, orgs
}

// listed returns everybody whom the tree lists in an organization, in the order of the tree.
func listed(d resource.Desired) (all []person) {
	for _, k := range people() {
		for _, o := range d.Want[k.Name] {
			all = append(all, person{k.Name, o.Key})
		}
	}
	return all
}

// domainOf returns the domain of an e-mail address; "" for any other username.
func domainOf(username string) string {
	if i := strings.LastIndex(username, "@"); i >= 0 {
		return username[i+1:]
	}
	return ""
}
