package sandbox

import (
	"net/http"
	"slices"
	"strconv"
)

// Teams of an organization. Read-only.

func teamOperations() []operation {
	limit := limitSet{name: "Teams", perOrg: true, capacity: 1200, refill: 500}
	return []operation{
		{"GET", org2 + "/teams", versions{date2023}, "", reader, limit, 200, paging(), listTeams},
		{"GET", org2 + "/teams/{teamId}", versions{date2023}, "", reader, limit, 200, nil, getTeam},
	}
}

// Team is a group of users. Projects can give roles to it.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (o *Org) team(id string) *Team {
	return find(o.Teams, func(t *Team) bool { return t.ID == id })
}

const (
	maxTeams   = 100 // teams of one user [doc limits]
	maxMembers = 250 // users of one team [doc limits]
)

// checkTeams refuses unknown teams, and too many of them. Assumed: pending users count.
func (p people) checkTeams(u *User) error {
	if len(u.TeamIDs) > maxTeams {
		return bad("MAX_TEAMS_PER_USER_EXCEEDED", "Maximum number of teams per user ("+strconv.Itoa(maxTeams)+") for "+u.Username+
			" exceeded while trying to add user to team.", maxTeams, u.Username)
	}
	for _, id := range u.TeamIDs {
		if p.org.team(id) == nil {
			return noTeam(id)
		}
		if p.inTeam(id, u) >= maxMembers {
			return bad("MAX_USERS_PER_TEAM_EXCEEDED", "Maximum number of users per team ("+strconv.Itoa(maxMembers)+") in "+id+
				" exceeded while trying to add users.", maxMembers, id)
		}
	}
	return nil
}

// inTeam counts the users of a team other than u.
func (p people) inTeam(team string, u *User) (n int) {
	for _, other := range p.org.Users {
		if other.Username != u.Username && slices.Contains(other.TeamIDs, team) {
			n++
		}
	}
	return n
}

func listTeams(c *call) (any, error) {
	all := page{}
	for _, t := range c.org.Teams {
		all = append(all, t.view(c))
	}
	return all, nil
}

// getTeam has the shape of an item of the list [api getOrgTeam]. Assumed: an id that is not valid is an unknown team.
func getTeam(c *call) (any, error) {
	t := c.org.team(c.r.PathValue("teamId"))
	if t == nil {
		return nil, noTeam(c.r.PathValue("teamId"))
	}
	return t.view(c), nil
}

func (t *Team) view(c *call) fields {
	return fields{"id": t.ID, "name": t.Name, "links": []fields{c.link("self", v2+"/"+c.org.ID+"/teams/"+t.ID)}}
}

// noTeam is the error for an unknown team [doc error-codes].
func noTeam(id string) *failure {
	return refuse(http.StatusNotFound, "TEAM_NOT_FOUND", "No team with ID "+id+" exists.", id)
}
