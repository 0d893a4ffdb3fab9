package sandbox

import "time"

// Project is a project of an organization, which the API calls a group.
type Project struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"createdAt"`
}

func (o *Org) project(id string) *Project {
	return find(o.Projects, func(p *Project) bool { return p.ID == id })
}

// listProjects lists projects. The name filter is a prefix, without case (API description).
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
