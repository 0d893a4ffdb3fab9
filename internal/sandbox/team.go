package sandbox

import (
	"net/http"
	"slices"
	"strconv"
)

// The teams of an organization, to be read only.

func teamOperations() []operation {
	limit := limitSet{name: "Teams", perOrg: true, capacity: 1200, refill: 500}
	return []operation{
		{"GET", org2 + "/teams", versions{date2023}, "", reader, limit, 200, paging(), listTeams},
	}
}

// Team is a group of users that projects can give roles to.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (o *Org) team(id string) *Team {
	return find(o.Teams, func(t *Team) bool { return t.ID == id })
}

const (
	maxTeams   = 100 // of a user (documented)
	maxMembers = 250 // of a team (documented)
)

// checkTeams refuses teams that do not exist, and more than there may be. People who are only invited count (assumed).
func (p people) checkTeams(u *User) error {
	if len(u.TeamIDs) > maxTeams {
		return bad("MAX_TEAMS_PER_USER_EXCEEDED", "Maximum number of teams per user ("+strconv.Itoa(maxTeams)+") for "+u.Username+
			" exceeded while trying to add user to team.", maxTeams, u.Username)
	}
	for _, id := range u.TeamIDs {
		if p.org.team(id) == nil {
			return refuse(http.StatusNotFound, "TEAM_NOT_FOUND", "No team with ID "+id+" exists.", id)
		}
		if p.inTeam(id, u) >= maxMembers {
			return bad("MAX_USERS_PER_TEAM_EXCEEDED", "Maximum number of users per team ("+strconv.Itoa(maxMembers)+") in "+id+
				" exceeded while trying to add users.", maxMembers, id)
		}
	}
	return nil
}

// inTeam counts the people in a team besides u.
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
		self := c.link("self", v2+"/"+c.org.ID+"/teams/"+t.ID)
		all = append(all, fields{"id": t.ID, "name": t.Name, "links": []fields{self}})
	}
	return all, nil
}
