package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/seed"
)

// defaultListen is the default address of the sandbox.
const defaultListen = "127.0.0.1:8899"

// sandboxOptions are the flags of sandbox.
type sandboxOptions struct {
	listen   string
	state    flagvalue.File
	seed     []string
	accounts bool
	shell    flagvalue.Choice
}

func sandboxCommand() command {
	return command{
		name: "sandbox", args: "[FLAGS]",
		about: "run a simulated Atlas as a server",
		detail: "Runs a simulated Atlas with example organizations on a loopback address. Any Atlas client can use it. Press Ctrl-C to stop it. " +
			"Prints commands that set environment variables: run them in the shell of the client.",
		examples: []string{
			"sandbox",
			"sandbox --listen 127.0.0.1:9000 --service-accounts",
			"sandbox --seed orgs --state fleet.json",
		},
		interruptible: true,
		define: func(f flags) run {
			o := &sandboxOptions{state: defaultSandbox}
			f.StringVar(&o.listen, "listen", defaultListen, "serve on the loopback address `ADDR`")
			f.Var(&o.state, "state", "keep the state in `FILE`")
			f.list(&o.seed, "seed", "start with the organizations of the tree at `PATH`, in a new state file; repeatable")
			f.BoolVar(&o.accounts, "service-accounts", false, "print service accounts instead of API keys")
			o.shell = flagvalue.Choice{Allowed: safetext.Shells(), Value: usualShell(runtime.GOOS)}
			f.Var(&o.shell, "shell", "print commands for this `SHELL`: "+o.shell.About())
			return o.run
		},
	}
}

// usualShell returns the usual shell of an operating system.
func usualShell(system string) string {
	if system == "windows" {
		return "powershell"
	}
	return "sh"
}

func (o *sandboxOptions) run(ctx context.Context, c *call) (int, error) {
	if err := checkLoopback(o.listen); err != nil {
		return ExitError, err
	}
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return ExitError, fmt.Errorf("%w; choose another address with --listen", err)
	}
	defer listener.Close()
	atlas, err := o.open(c)
	if err != nil {
		return ExitError, err
	}
	base := "http://" + listener.Addr().String()
	if err := (setCommands{base, o.accounts, o.shell.Value}).write(c.Stdout, atlas.Credentials()); err != nil {
		return ExitError, err
	}
	fmt.Fprintf(c.Stderr, "Serving on %s, with the state in %s. Interrupt to stop.\n", base, o.state)
	server := &http.Server{Handler: atlas}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return ExitError, err
	}
	return ExitOK, nil
}

// open returns the sandbox with a new fleet as in the tree of --seed, or without that flag the one of the state file.
func (o *sandboxOptions) open(c *call) (*sandbox.Server, error) {
	if len(o.seed) == 0 {
		return sandbox.Open(string(o.state))
	}
	seeding := *c
	seeding.args = o.seed
	tree, _, err := seeding.loadTree(nil, newColor())
	if err != nil {
		return nil, err
	}
	fleet, err := seed.Fleet(tree.Orgs, c.Now())
	if err != nil {
		return nil, err
	}
	return sandbox.Create(string(o.state), fleet)
}

// checkLoopback refuses all addresses but loopback: the credentials of the sandbox are public.
func checkLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--listen %q: not of the form 127.0.0.1:PORT", address)
	}
	if !client.IsLoopback(host) {
		return fmt.Errorf("--listen %q: the sandbox serves loopback addresses only, such as %s", address, defaultListen)
	}
	return nil
}

// setCommands writes the shell commands that set the variables of a client for the sandbox.
type setCommands struct {
	base            string
	serviceAccounts bool // instead of API keys
	shell           string
}

// write writes a command for each variable. It leaves out credentials that a client created: that client has them. It also leaves
// out a credential whose name cannot be part of a variable: a state file may have any text as a name.
func (s setCommands) write(w io.Writer, credentials []sandbox.Credential) error {
	var lines []string
	var failed error
	add := func(variable, value string) {
		line, err := safetext.SetVariable(s.shell, variable, value)
		lines, failed = append(lines, line+"\n"), errors.Join(failed, err)
	}
	add("MONGODB_ATLAS_BASE_URL", s.base)
	for _, c := range credentials {
		if c.Issued || strings.Trim(c.Name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			continue
		}
		id, secret := c.PublicKey, c.PrivateKey
		if s.serviceAccounts {
			id, secret = c.ClientID, c.ClientSecret
		}
		forID, forSecret := client.Variables(id, c.Name)
		add(forID, id)
		add(forSecret, secret)
	}
	if failed != nil {
		return failed
	}
	_, err := io.WriteString(w, strings.Join(lines, ""))
	return err
}
