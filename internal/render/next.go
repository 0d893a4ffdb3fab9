package render

import (
	"fmt"
	"strings"
	"time"

	"atlas-gitops/internal/apply"
)

// Next says how to go on after a run that did not do everything: commands of a shell, or inputs of the action, of one or more lines.
type Next struct {
	Again  string // does what is left; "" if the approval was only for the plan as it was
	Replan string // plans again; "" if nothing is known
	Hint   string // where to give them, if not to a shell

	// TimeFor returns how long so many invitations take at Atlas's limit; 0, or nil, if that is not known.
	TimeFor func(invitations int) time.Duration
}

// Text says what to do about the steps that were not done; "" if all were. At Atlas's limit of invitations it also says how long
// those that are left take.
func (n Next) Text(results []apply.Result) string {
	conflicts, failed, skipped := apply.Count(results, apply.Conflict), apply.Count(results, apply.Failed), apply.Count(results, apply.Skipped)
	title, command := "To continue", n.Again
	switch {
	case conflicts+failed+skipped == 0:
		return ""
	case conflicts > 0:
		title, command = "Atlas has changed since the plan was made. Plan again and review", n.Replan
	case command == "":
		title, command = "A part of the approved plan is done, so what is left needs another approval. Plan again and review", n.Replan
	case failed > 0:
		title = "Solve the errors above. To continue"
	}
	if command == "" {
		return n.timeLeft(results)
	}
	return n.timeLeft(results) + title + n.Hint + ":\n  " + strings.ReplaceAll(command, "\n", "\n  ") + "\n"
}

// timeLeft says how long the invitations that were not sent take, if that is known.
func (n Next) timeLeft(results []apply.Result) string {
	left := 0
	for _, r := range results {
		for _, o := range r.Outcomes {
			left += one(o.Verdict == apply.Skipped && o.Step.Invites())
		}
	}
	if n.TimeFor == nil || left == 0 {
		return ""
	}
	if took := n.TimeFor(left).Round(time.Second); took > 0 {
		return fmt.Sprintf("Left: %s, %s at Atlas's limit.\n", Count(left, "invitation"), About(took))
	}
	return ""
}
