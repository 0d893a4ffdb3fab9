package cli

import (
	"context"

	"atlas-gitops/internal/action"
	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/terminal"
)

func actionCommand() command {
	return command{
		name: "action", args: "[FLAGS]",
		about: "run as a GitHub Action",
		detail: "Does what the inputs of action.yml say, and reports to GitHub: annotations, the job summary, outputs, a comment on the pull request, or issues.\n" +
			"If you omit a flag, its value comes from the variable of its input, for example INPUT_MAX_DELETES for --max-deletes. " +
			"Everything else comes from GITHUB_TOKEN and the variables of GitHub's runner." + credentialHelp,
		examples:      []string{"action --command plan --path examples/orgs --comment never"},
		interruptible: true,
		define: func(f flags) run {
			o := &actionOptions{
				command: flagvalue.Choice{Allowed: []string{"validate", "plan", "apply", "drift"}, Value: "plan"},
				comment: flagvalue.Choice{Allowed: []string{"always", "on-change", "never"}, Value: "always"},
				failOn:  flagvalue.Choice{Allowed: []string{"blocked", "error", "changes"}, Value: "blocked"},
			}
			f.action(o)
			return o.run
		},
	}
}

// actionOptions are the flags of action: the inputs of action.yml.
type actionOptions struct {
	action.Options
	command, comment, failOn flagvalue.Choice
	base                     flagvalue.Word
	limits
	parallelism           flagvalue.Number
	credentials, auditLog flagvalue.File
}

func (f flags) action(o *actionOptions) {
	f.Var(&o.command, "command", "the `COMMAND` to run: "+o.command.About())
	f.list(&o.Paths, "path", "`PATH` of a file or directory of the tree, or a pattern such as orgs/*.yaml; repeatable")
	f.only(&o.Only)
	f.base(&o.base)
	f.accept(&o.Accept)
	f.list(&o.Plans, "plans", "do not ask Atlas, but join the plans that other jobs saved: `PATH` of a file or directory of their outputs plan-json; repeatable")
	f.limits(&o.limits)
	f.Var(&o.comment, "comment", "`WHEN` to comment on the pull request: "+o.comment.About())
	f.StringVar(&o.CommentID, "comment-id", "default", "`NAME` of the comment, if a pull request has several")
	f.BoolVar(&o.Summary, "summary", true, "write the job summary, true or false")
	f.BoolVar(&o.Annotations, "annotations", true, "annotate lines of the tree, true or false")
	f.Var(&o.failOn, "fail-on", "`WHAT` makes the step fail: "+o.failOn.About())
	f.parallelism(&o.parallelism)
	f.credentialsOut(&o.credentials)
	f.auditLog(&o.auditLog)
	f.labels(&o.Labels)
	f.list(&o.Assignees, "assignees", "`LOGIN` to which a new issue about drift is assigned; repeatable")
}

func (o *actionOptions) run(ctx context.Context, c *call) (int, error) {
	log := terminal.NewScreen(c.Stdout) // results and progress share one log, in order
	world := action.World{Env: c.Env.Env, Log: log, Home: Home}
	if err := action.MaskSecrets(world); err != nil {
		return exitStatus(action.NeverBegan(world, err)), nil
	}
	if err := action.TakeInputs(c.flags, c.Getenv); err != nil {
		return exitStatus(action.NeverBegan(world, err)), nil
	}
	verbose := 0
	if c.Getenv("RUNNER_DEBUG") == "1" {
		verbose = 1
	}
	world.Observer = terminal.NewObserver(ctx, log, terminal.Options{Columns: c.Width, Verbose: verbose})
	o.Command, o.Comment, o.FailOn = o.command.Value, o.comment.Value, o.failOn.Value
	o.Base, o.CredentialsOut = string(o.base), string(o.credentials)
	o.AuditLog = string(o.auditLog)
	o.Limits, o.Parallel = o.limits.plan(), o.parallelism.Value
	return exitStatus(action.Run(ctx, world, o.Options)), nil
}

func exitStatus(v action.Conclusion) int {
	switch v {
	case action.Good:
		return ExitOK
	case action.Refused:
		return ExitRefused
	}
	return ExitError
}
