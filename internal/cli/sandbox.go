package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/sandbox"
)

// defaultListen is the default address of the sandbox.
const defaultListen = "127.0.0.1:8899"

// sandboxOptions are the flags of sandbox.
type sandboxOptions struct {
	listen   string
	state    file
	accounts bool
}

func sandboxCommand() command {
	return command{
		name: "sandbox", args: "[FLAGS]",
		about: "serve an embedded Atlas for demonstrations",
		detail: "Serves an Atlas with demonstration organizations on a loopback address, to any Atlas client, until you interrupt it. " +
			"Prints the commands that set the variables with which a client uses it: run them in the shell of the client.",
		examples: []string{
			"sandbox",
			"sandbox --listen 127.0.0.1:9000 --service-accounts",
		},
		interruptible: true,
		define: func(f flags) run {
			o := &sandboxOptions{state: defaultSandbox}
			f.StringVar(&o.listen, "listen", defaultListen, "serve on the loopback address `ADDR`")
			f.Var(&o.state, "state", "keep the state in `FILE`")
			f.BoolVar(&o.accounts, "service-accounts", false, "print service accounts instead of API keys")
			return o.run
		},
	}
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
	atlas, err := sandbox.Open(string(o.state))
	if err != nil {
		return ExitError, err
	}
	base := "http://" + listener.Addr().String()
	if err := introduce(c.Stdout, base, atlas.Credentials(), o.accounts); err != nil {
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

// checkLoopback refuses other addresses than loopback: the credentials of the sandbox are public.
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

// introduce prints the variables with which a client reaches the sandbox.
func introduce(w io.Writer, base string, credentials []sandbox.Credential, serviceAccounts bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "export MONGODB_ATLAS_BASE_URL=%s\n", base)
	for _, c := range credentials {
		if c.Issued {
			continue // a client made it, with a name that may be any text; that client has seen it
		}
		id, secret := c.PublicKey, c.PrivateKey
		if serviceAccounts {
			id, secret = c.ClientID, c.ClientSecret
		}
		forID, forSecret := client.Variables(id, c.Name)
		fmt.Fprintf(&b, "export %s=%s\nexport %s=%s\n", forID, id, forSecret, secret)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
