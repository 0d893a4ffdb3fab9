package sandbox

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

const (
	demoIDs     = "5f1b0c0d0e0f0a0b0c0d" // start of each id; four digits follow
	platform    = demoIDs + "0f01"
	security    = demoIDs + "0f02"
	checkout    = demoIDs + "1001"
	search      = demoIDs + "1002"
	readProject = "GROUP_READ_ONLY"

	acmeFederation = demoIDs + "0c01" // federation of Acme Billing and Acme-Research
)

// Demo returns the fleet of a small company for demonstrations. Its invitations are created now. Each organization has
// a credential with all rights. The first organization also has a read-only credential, which may not read its
// invitations.
func Demo() *Fleet {
	orgs := []*Org{demoProduction(), demoStage(), demoAnalytics(), demoBilling(), demoResearch()}
	f := &Fleet{Format: fleetFormat, LastID: firstID, Orgs: orgs}
	names := []string{"ACME_PROD", "ACME_STAGING", "ACME_ANALYTICS", "ACME_BILLING", "ACME_RESEARCH"}
	for i, name := range names {
		f.Credentials = append(f.Credentials, namedCredential(name, orgs[i].ID))
	}
	onlyReads := namedCredential("ACME_PROD_READ", orgs[0].ID)
	onlyReads.Roles = []string{"ORG_READ_ONLY"}
	f.Credentials = append(f.Credentials, onlyReads)
	return f
}

func demoProduction() *Org {
	o := demoOrg("0e01", "Acme-Production", fields{
		"apiAccessListRequired":                  false,
		"customSessionTimeouts":                  fields{absoluteTimeout: 43200, idleTimeout: 3600},
		"genAIFeaturesEnabled":                   true,
		"maxServiceAccountSecretValidityInHours": 8760,
		"multiFactorAuthRequired":                false,
		"restrictEmployeeAccess":                 true,
		"securityContact":                        "it@acme.example",
		"streamsCrossGroupEnabled":               false,
	})
	o.Teams = []*Team{{platform, "Platform"}, {security, "Security"}}
	o.Projects = []*Project{demoProject(checkout, "Checkout"), demoProject(search, "Search")}
	contractor := demoInvitee("contractor@agency.example", "ACME_PROD", 0x2006, "ORG_MEMBER")
	contractor.GroupRoles = []GroupRoles{{search, []string{readProject}}}
	edsger := demoInvitee("edsger@acme.example", "ACME_PROD", 0x2008, "ORG_MEMBER")
	edsger.TeamIDs = []string{platform}
	edsger.GroupRoles = []GroupRoles{{checkout, []string{readProject}}}
	o.Users = []*User{
		demoUser("ada", "2001", "ORG_OWNER"),
		demoUser("grace", "2002", "ORG_MEMBER"),
		demoUser("margaret", "2003", "ORG_OWNER"),
		demoInvitee("alan@acme.example", "ACME_PROD", 0x2004, "ORG_READ_ONLY"),
		contractor,
		edsger,
	}
	return o
}

func demoStage() *Org {
	o := demoOrg("0e02", "Acme-Stage", demoSettings(nil))
	o.Projects = []*Project{demoProject(demoIDs+"1003", "Staging")}
	o.Users = []*User{demoUser("ada", "2001", "ORG_OWNER")}
	return o
}

func demoAnalytics() *Org {
	o := demoOrg("0e03", "Acme-Analytics", demoSettings(nil))
	o.Users = []*User{
		demoUser("ada", "2001", "ORG_OWNER"),
		demoInvitee("katherine@acme.example", "ACME_ANALYTICS", 0x200a, "ORG_BILLING_READ_ONLY"),
	}
	return o
}

func demoBilling() *Org {
	o := demoOrg("0e04", "Acme Billing", demoSettings(fields{"operationsContact": "old-noc@acme.example"}))
	o.Paying, o.FederationID = true, acmeFederation
	o.Users = []*User{demoUser("ada", "2001", "ORG_OWNER"), demoUser("margaret", "2003", "ORG_OWNER")}
	return o
}

func demoResearch() *Org {
	o := demoOrg("0e05", "Acme-Research", demoSettings(fields{
		"genAIFeaturesEnabled":     false,
		"multiFactorAuthRequired":  false,
		"streamsCrossGroupEnabled": true,
	}))
	o.FederationID = acmeFederation
	o.Users = []*User{demoUser("grace", "2002", "ORG_OWNER")}
	return o
}

// demoSettings returns the settings of Acme-Stage, with some changed.
func demoSettings(differs fields) fields {
	all := fields{
		"apiAccessListRequired":                  false,
		"customSessionTimeouts":                  fields{absoluteTimeout: 28800},
		"genAIFeaturesEnabled":                   true,
		"maxServiceAccountSecretValidityInHours": 2160,
		"multiFactorAuthRequired":                true,
		"restrictEmployeeAccess":                 true,
		"securityContact":                        "security@acme.example",
		"streamsCrossGroupEnabled":               false,
	}
	maps.Copy(all, differs)
	return all
}

func demoOrg(id, name string, settings fields) *Org {
	return &Org{ID: demoIDs + id, Name: name, Settings: settings, Teams: []*Team{}, Projects: []*Project{}}
}

func demoProject(id, name string) *Project { return &Project{id, name, demoStart()} }

// demoUser returns a member. A person has the same id in every organization.
func demoUser(name, id, role string) *User {
	first, last := demoName(name)
	return &User{
		ID: demoIDs + id, Username: name + "@acme.example", Status: active,
		FirstName: first, LastName: last, Country: "US",
		CreatedAt: demoStart(), LastAuth: demoStart(), OrgRoles: []string{role},
	}
}

// demoInvitee returns a pending user whom a credential invited. invitation is the number of the invitation's id; the
// user's id is the next number.
func demoInvitee(username, inviter string, invitation int, role string) *User {
	name, _, _ := strings.Cut(username, "@")
	first, last := demoName(name)
	now := second(time.Now())
	return &User{
		ID: fmt.Sprintf("%s%04x", demoIDs, invitation+1), Username: username, Status: pending,
		FirstName: first, LastName: last, Country: "US", OrgRoles: []string{role},
		Invitation: &Invitation{
			ID:        fmt.Sprintf("%s%04x", demoIDs, invitation),
			CreatedAt: now, ExpiresAt: now.Add(invitationLife),
			InviterUsername: namedCredential(inviter, "").PublicKey,
		},
	}
}

func demoName(name string) (first, last string) {
	last = map[string]string{
		"ada": "Lovelace", "grace": "Hopper", "margaret": "Hamilton", "alan": "Turing",
		"edsger": "Dijkstra", "katherine": "Johnson", "contractor": "Agency",
	}[name]
	return strings.ToUpper(name[:1]) + name[1:], last
}

// demoStart is when the demonstration company was founded.
func demoStart() time.Time { return time.Date(2024, time.May, 6, 8, 0, 0, 0, time.UTC) }
