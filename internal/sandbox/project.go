package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Projects of an organization. Read-only.

func projectOperations() []operation {
	// Assumed: one project counts as a path of its organization, and any role in the organization may read it.
	return []operation{
		{"GET", oneProject, versions{date2023}, "", reader, organizations, 200, nil, getProject},
		{"GET", org2 + "/groups", versions{date2023}, "", reader, organizations, 200, paging(parameter{name: "name"}), listProjects},
	}
}

// Project is a project of an organization, which the API calls a group.
type Project struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"createdAt"`
}

func (o *Org) project(id string) *Project {
	return find(o.Projects, func(p *Project) bool { return p.ID == id })
}

// listProjects lists projects. The name filter is a case-insensitive prefix [api getOrgGroups].
func listProjects(c *call) (any, error) {
	all := page{}
	for _, p := range c.org.Projects {
		if hasPrefixFold(p.Name, c.query.values.Get("name")) {
			all = append(all, p.view(c))
		}
	}
	return all, nil
}

// getProject shows a project of the caller's organization only. Assumed: another project gets the error for one that does
// not exist.
func getProject(c *call) (any, error) {
	id := c.r.PathValue("groupId")
	if c.org == nil || c.org.project(id) == nil {
		return nil, noProject(id)
	}
	return c.org.project(id).view(c), nil
}

// noProject is the error for an unknown project [seen error-words].
func noProject(id string) *failure {
	return refuse(http.StatusNotFound, "GROUP_NOT_FOUND", "No group with ID "+id+" exists.", id)
}

func (p *Project) view(c *call) fields {
	return fields{
		"clusterCount": 0,
		"created":      p.CreatedAt,
		"id":           p.ID,
		"links":        []fields{c.link("self", "/api/atlas/v2/groups/"+p.ID)},
		"name":         p.Name,
		"orgId":        c.org.ID,
		"tags":         []fields{},
	}
}

// GroupRoles are a person's roles in one project.
type GroupRoles struct {
	GroupID string   `json:"groupId"`
	Roles   []string `json:"roles"`
}

// assignments is the form of project roles. Invitations and members use different names for the field with the roles.
// Assumed: each project needs a role.
func assignments(roles string) form {
	return list(0, object([]attribute{
		{"groupId", required, anyString()},
		{roles, required, set(1, anyString())},
	}))
}

// mergedRoles returns checked assignments, with the entries of each project merged.
func mergedRoles(v any, field string) []GroupRoles {
	all := []GroupRoles{}
	elements, _ := v.([]any)
	for _, e := range elements {
		given, _ := e.(fields)
		id := str(given["groupId"])
		i := slices.IndexFunc(all, func(g GroupRoles) bool { return g.GroupID == id })
		if i < 0 {
			i, all = len(all), append(all, GroupRoles{GroupID: id})
		}
		all[i].Roles = unique(append(all[i].Roles, strs(given[field])...))
	}
	return all
}

// checkProjects refuses projects that do not exist, and roles that are not project roles.
func (p people) checkProjects(u *User) error {
	for _, g := range u.GroupRoles {
		if p.org.project(g.GroupID) == nil {
			return noProject(g.GroupID)
		}
		if err := g.check(); err != nil {
			return err
		}
	}
	return nil
}

// check accepts every name with GROUP_ as a role, because [api createOrgUser] does not list the roles.
func (g *GroupRoles) check() error {
	for _, r := range g.Roles {
		if !strings.HasPrefix(r, "GROUP_") {
			return bad("INVALID_ROLE_FOR_GROUP", "Role "+r+" is invalid for group "+g.GroupID+".", r, g.GroupID)
		}
	}
	return nil
}
