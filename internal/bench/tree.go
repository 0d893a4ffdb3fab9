package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"atlas-gitops/internal/sandbox"
)

// organization is an organization of a tree.
type organization struct {
	name, id, credentials string
	hasSettings           bool
	absoluteTimeout       int // seconds; a part of the settings
	people                []person
}

type person struct {
	username        string
	role            string
	teams, projects []string
}

// fleetOf returns the organizations of a size. They are the same each time. The first two people of an organization own it. The first one
// is in all teams and projects, so that they exist whoever else is there.
func fleetOf(s size) []organization {
	all := make([]organization, s.Orgs)
	for i := range all {
		name := fmt.Sprintf("Acme-%04d", i+1)
		all[i] = organization{name: name, id: sandbox.MadeUpID("organization", name), credentials: fmt.Sprintf("ORG_%04d", i+1),
			hasSettings: true, absoluteTimeout: 28800, people: make([]person, s.People)}
		for j := range all[i].people {
			all[i].people[j] = personOf(j)
		}
	}
	return all
}

// personOf returns the person with a number, from 0. Some people are in a team or a project.
func personOf(n int) person {
	teams, projects := []string{"Data", "Platform", "SRE"}, []string{"Checkout", "Search"}
	p := person{username: fmt.Sprintf("person%04d@acme.example", n+1), role: []string{"ORG_MEMBER", "ORG_READ_ONLY", "ORG_BILLING_ADMIN"}[n%3]}
	if n < 2 {
		p.role = "ORG_OWNER"
	}
	switch {
	case n == 0:
		p.teams, p.projects = teams, projects
	case n%4 == 3:
		p.teams = teams[n%3 : n%3+1]
	case n%6 == 5:
		p.projects = projects[n%2 : n%2+1]
	}
	return p
}

// withOwnerOnly returns organizations that have only an owner, and no settings of the tree.
func withOwnerOnly(all []organization) []organization {
	all = slices.Clone(all)
	for i := range all {
		all[i].hasSettings, all[i].people = false, all[i].people[:1]
	}
	return all
}

// file returns the file of an organization, as fmt writes it.
func (o organization) file() string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\nid: %s\ncredentials: %s\n", o.name, o.id, o.credentials)
	if o.hasSettings {
		fmt.Fprintf(&b, "settings:\n  customSessionTimeouts:\n    absoluteSessionTimeoutInSeconds: %d\n  genAIFeaturesEnabled: false\n"+
			"  maxServiceAccountSecretValidityInHours: 2160\n  multiFactorAuthRequired: true\n  restrictEmployeeAccess: true\n"+
			"  securityContact: security@acme.example\n", o.absoluteTimeout)
	}
	b.WriteString("members:\n")
	for _, p := range o.people {
		p.write(&b)
	}
	return b.String()
}

func (p person) write(b *strings.Builder) {
	fmt.Fprintf(b, "  - username: %s\n    roles: [%s]\n", p.username, p.role)
	if len(p.teams) > 0 {
		fmt.Fprintf(b, "    teams: [%s]\n", strings.Join(p.teams, ", "))
	}
	if len(p.projects) > 0 {
		b.WriteString("    projects:\n")
	}
	for _, name := range p.projects {
		fmt.Fprintf(b, "      %s: [GROUP_READ_ONLY]\n", name)
	}
}

// writeTree writes a tree to a new directory.
func writeTree(dir string, all []organization) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for _, o := range all {
		if err := os.WriteFile(filepath.Join(dir, strings.ToLower(o.name)+".yaml"), []byte(o.file()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
