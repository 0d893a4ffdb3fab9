package sandbox

// Team is a group of users that projects can give roles to.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (o *Org) team(id string) *Team {
	return find(o.Teams, func(t *Team) bool { return t.ID == id })
}

func listTeams(c *call) (any, error) {
	all := page{}
	for _, t := range c.org.Teams {
		self := c.link("self", v2+"/"+c.org.ID+"/teams/"+t.ID)
		all = append(all, fields{"id": t.ID, "name": t.Name, "links": []fields{self}})
	}
	return all, nil
}
