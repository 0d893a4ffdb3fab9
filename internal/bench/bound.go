package main

import "fmt"

// size is a number of organizations and of people in each.
type size struct {
	Orgs   int `json:"organizations"`
	People int `json:"people"`
}

// The constants of the bounds.
const (
	parallel       = 128 // organizations at once: the default of --parallelism
	stepsAtOnce    = 8   // independent steps of one organization at once
	requestsAtOnce = 768 // of a run
	pageSize       = 500 // people on a page of /users [api listOrgUsers]
	readsOfAnOrg   = 6   // login, organization, users, settings, teams, projects
)

// bounds are the limits for one work. N organizations of M people, of which each gets k changes of people; P = ⌈M/500⌉ pages.
type bounds struct {
	requests func(s size, k int) int
	rounds   func(s size, k int) int
	memory   func(s size) float64 // MiB; nil: no limit
	formulas [3]string            // of these, for people
	reason   string
}

// noRequests is for work that sends nothing.
func noRequests(size, int) int { return 0 }

// planBounds: the login of an organization comes before its reads, and all reads go out together. Only a list with further pages
// needs another round, because the first page has its length.
//
// Memory: 25 MiB for the program, what each organization takes while it is being read, and what is held of each until the end. So it is
// linear from 128 organizations on, with 120 MiB for 1,000 × 10 and 300 MiB for 1,000 × 100.
func planBounds() bounds {
	return bounds{
		requests: func(s size, _ int) int { return s.Orgs * (readsOfAnOrg + morePages(s)) },
		rounds:   func(s size, _ int) int { return waves(s) + 1 + min(1, morePages(s)) },
		memory: func(s size) float64 {
			orgs, people := float64(s.Orgs), float64(s.People)
			return 25 + (min(orgs, parallel)*(250+2*people)+orgs*(43+1.74*people))/1000
		},
		formulas: [3]string{"(5 + P) × N", "⌈N/128⌉ + 1, and 1 more if P > 1", "25 + (min(N, 128) × (250 + 2 × M) + N × (43 + 1.74 × M)) / 1000"},
		reason: "1 login, then the organization, users (P pages), settings, teams and projects together; at most 128 organizations at once, and the " +
			"logins of the next ones overlap with reads; further pages go out together after the first",
	}
}

// importBounds: the program does not know the ids of organizations, nor whether names of teams and projects are needed.
func importBounds() bounds {
	return bounds{
		requests: planBounds().requests,
		rounds:   func(s size, _ int) int { return 3*waves(s) + 1 + min(1, morePages(s)) },
		formulas: [3]string{"(5 + P) × N", "3 × ⌈N/128⌉ + 1, and 1 more if P > 1", none},
		reason:   "as a plan, but the ids of organizations are known only after GET /orgs, and the need for names only after the users",
	}
}

func validateBounds() bounds {
	return bounds{requests: noRequests, rounds: noRequests, formulas: [3]string{"0", "0", none}, reason: "reads only files"}
}

// changeBounds are for applying k independent changes in each organization. lists is how many whole lists that needs.
func changeBounds(lists int, why string) bounds {
	plan := planBounds()
	b := bounds{
		requests: func(s size, k int) int { return plan.requests(s, k) + s.Orgs*(2*k+lists) },
		rounds: func(s size, k int) int {
			return plan.rounds(s, k) + waves(s)*(2*ceil(k, together(s))+crowded(s, lists))
		},
		formulas: [3]string{"plan + N × 2 × k", "plan + ⌈N/128⌉ × 2 × ⌈k/S⌉", none},
		reason: "the plan; then 1 look and 1 write for each of the k changes, of which S = 8 go out at once in each organization; S = 6 for 128 organizations, " +
			"because a run sends at most 768 requests at once" + why,
	}
	if lists > 0 {
		b.formulas[0] = fmt.Sprintf("plan + N × (2 × k + %d)", lists)
		b.formulas[1] = "plan + ⌈N/128⌉ × 2 × ⌈k/S⌉, and ⌈N/128⌉ more if S < 8"
	}
	return b
}

// together returns how many changes of an organization go out at once.
func together(s size) int { return min(stepsAtOnce, requestsAtOnce/min(s.Orgs, parallel)) }

// crowded returns how many rounds more the lists take, if there is no room for them beside the first looks.
func crowded(s size, lists int) int {
	if lists > 0 && together(s) < stepsAtOnce {
		return 1
	}
	return 0
}

// The lists that changes need, beside others.
const (
	listsToAdd    = 3 // people, teams, projects
	whyToAdd      = "; all people once, because an empty answer does not show that somebody is not there; the names of teams and projects, for new people"
	listsToRemove = 1 // people
	whyToRemove   = "; all people once more, because the answer to a removal shows nothing, while other changes go on"
)

// waves returns how many groups of organizations the program works on, one after the other.
func waves(s size) int { return ceil(s.Orgs, parallel) }

// morePages returns how many pages the list of people has after the first.
func morePages(s size) int { return ceil(s.People, pageSize) - 1 }

func ceil(n, by int) int { return (n + by - 1) / by }
