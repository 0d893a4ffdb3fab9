package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Projects of an organization. Read-only.

func projectOperations() []operation {
	return []operation{
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
			return refuse(http.StatusNotFound, "GROUP_NOT_FOUND", "No group with ID "+g.GroupID+" exists.", g.GroupID)
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
