package cli

import (
	"context"
	"fmt"
	"time"

	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/terminal"
)

// atlas has the flags that say how to reach Atlas, and how long a run may take.
type atlas struct {
	sandbox         flagvalue.File
	baseURL         string
	credentialsFile flagvalue.File
	timeout         flagvalue.Duration
	verbose         int
}

// timeoutError is the cause of a run that --timeout ends.
type timeoutError time.Duration

func (e timeoutError) Error() string {
	return fmt.Sprintf("--timeout %s has passed", time.Duration(e))
}

// limited returns a context that ends after --timeout.
func (a atlas) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if a.timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, time.Duration(a.timeout), timeoutError(a.timeout))
}

// connect connects to Atlas or starts the sandbox. Call the function that it returns to disconnect.
func (c *call) connect(ctx context.Context, a atlas, writes bool) (*reconcile.Connection, func(), error) {
	connection, err := c.Connect(ctx, reconcile.ConnectOptions{
		BaseURL: a.baseURL, Sandbox: string(a.sandbox), CredentialsFile: string(a.credentialsFile), Writes: writes, Observer: c.observer(ctx, a.verbose)})
	if err != nil {
		return nil, nil, err
	}
	if a.credentialsFile != "" {
		c.printWarnings(reconcile.CheckCredentialsFile(ctx, c.Env.Env, string(a.credentialsFile)))
	}
	if a.sandbox != "" {
		fmt.Fprintf(c.Stderr, "Answers come from the sandbox in %s, not from Atlas.\n", a.sandbox)
	}
	return connection, func() { c.printWarnings(connection.Close()) }, nil
}

// reading runs the part of a command that only reads Atlas, until --timeout.
func reading(ctx context.Context, c *call, a atlas, do func(context.Context, *call, *reconcile.Connection) (int, error)) (int, error) {
	ctx, stop := a.limited(ctx)
	defer stop()
	connection, disconnect, err := c.connect(ctx, a, false)
	if err != nil {
		return ExitError, err
	}
	defer disconnect()
	return do(ctx, c, connection)
}

// printWarnings writes each warning on a line.
func (e Env) printWarnings(warnings []error) {
	for _, warning := range warnings {
		fmt.Fprintln(e.Stderr, "warning: "+safetext.Line(warning.Error()))
	}
}

// observer shows the progress of a run on standard error.
func (c *call) observer(ctx context.Context, verbose int) *terminal.Observer {
	return terminal.NewObserver(ctx, c.screen, terminal.Options{
		Live: c.ShowsErr, Columns: c.Width, Verbose: verbose})
}

// colors reports whether results, on standard output, have colours.
func (c *call) colors(when flagvalue.Choice) render.Colors { return c.colorsFor(when, c.ShowsOut) }

// errorColors reports whether mistakes, on standard error, have colours.
func (c *call) errorColors(when flagvalue.Choice) render.Colors { return c.colorsFor(when, c.ShowsErr) }

func (c *call) colorsFor(when flagvalue.Choice, isShown bool) render.Colors {
	switch when.Value {
	case "always":
		return true
	case "never":
		return false
	}
	return render.Colors(isShown && c.Getenv("NO_COLOR") == "")
}

// loadTree reads the whole tree and selects the organizations of --only, or all. Mistakes go to standard error.
func (c *call) loadTree(only []string, color flagvalue.Choice) (t *reconcile.Tree, s reconcile.Selection, err error) {
	if t, err = c.Load(c.args); err != nil {
		return nil, s, err
	}
	diagnostics := spec.Without(spec.Notice, t.Diagnostics)
	if len(diagnostics) > 0 {
		err = render.WriteDiagnostics(c.Stderr, diagnostics, c.errorColors(color), t.Show)
	}
	if err == nil && spec.Count(diagnostics, spec.Error) > 0 {
		err = errShown
	}
	if err != nil {
		return nil, s, err
	}
	s, err = t.Select(only)
	return t, s, err
}
