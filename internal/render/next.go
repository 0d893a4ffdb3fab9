package render

import (
	"fmt"
	"time"

	"atlas-gitops/internal/apply"
)

// Next holds the commands that continue a run that did not apply everything. Each is one or more lines: shell commands, or inputs of
// the action.
type Next struct {
	Again  string // applies the rest; "" if only the original plan was approved
	Replan string // plans again; "" if there is no such command
	Hint   string // where to set the inputs of the action; "" for a shell

	IsSaved bool // the plan was saved, so Replan lacks the PATHs

	Accept     string // accepts an organization that guards block; "" if they block nothing
	Unapproved int    // how many organizations were held back only because nothing approved them

	InvitationsLeft int           // how many were not sent yet
	TimeLeft        time.Duration // how long these take at Atlas's rate limit; 0 if that is unknown
}

// Text returns what to do about the steps that were not applied; "" if all were. If the limit of invitations is known, it also
// returns how long the remaining invitations take.
func (n Next) Text(results []apply.Result) string {
	return n.afterTrouble(results) + n.afterHolding()
}

// afterHolding returns what to do about the organizations that the run held back.
func (n Next) afterHolding() (text string) {
	if n.Unapproved > 0 && n.Replan != "" {
		text = withCommand(Count(n.Unapproved, "organization")+" not approved. Plan and review"+n.Hint, n.Replan) + "\n"
	}
	if n.Accept != "" {
		text += withCommand("To apply an organization that guards block"+n.Hint, n.Accept) + "\n"
	}
	return text
}

// afterTrouble returns what to do about steps that were tried in vain, or not any more.
func (n Next) afterTrouble(results []apply.Result) string {
	conflicts, failed, skipped := apply.Count(results, apply.Conflict), apply.Count(results, apply.Failed), apply.Count(results, apply.Skipped)
	title, command, again := "To continue", n.Again, "Plan again and review"
	if n.IsSaved {
		again = "Plan again with the PATHs of the first plan, and review"
	}
	switch {
	case conflicts+failed+skipped == 0:
		return ""
	case conflicts > 0:
		title, command = "Atlas has changed since the plan was made. "+again, n.Replan
	case command == "" && apply.Count(results, apply.Applied)+apply.Count(results, apply.Unchanged) == 0:
		title, command = "Fix the errors above. "+again, n.Replan
	case command == "":
		title, command = "Only a part of the approved plan was applied, and the rest needs a new approval.\n"+again, n.Replan
	case failed > 0:
		title = "Fix the errors above. To continue"
	}
	if command == "" {
		return n.timeLeft()
	}
	return n.timeLeft() + withCommand(title+n.Hint, command) + "\n"
}

// timeLeft returns how long the invitations that were not sent yet will take, or "" if that is unknown.
func (n Next) timeLeft() string {
	takes := n.TimeLeft.Round(time.Second)
	if takes == 0 {
		return ""
	}
	return fmt.Sprintf("Not sent yet: %s, %s at Atlas's limit.\n", Count(n.InvitationsLeft, "invitation"), About(takes))
}
