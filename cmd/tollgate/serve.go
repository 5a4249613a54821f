package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"tollgate/gateway/config"
	"tollgate/gateway/ops"
)

var serveCommand = &command{
	name:  "serve",
	short: "run the gateway from a configuration file",
	long: "Settings come from the file, then from the environment (api.listen is\n" +
		"TOLLGATE_API_LISTEN), then from --set. SIGHUP, or POST /admin/reload on the ops\n" +
		"listener, reads tenants and policies again. SIGTERM drains and ends.",
	examples: []string{
		"tollgate serve -c /etc/tollgate/tollgate.yaml",
		"tollgate serve -c tollgate.yaml --set api.listen=0.0.0.0:8080 --set log.format=json",
	},
	run: runServe,
}

func runServe(ctx context.Context, c *cli) error {
	var settings list
	file := c.String("c", "", "configuration file (required)")
	c.Var(&settings, "set", "a setting over the file's, as in log.level=debug (repeatable)")
	if err := c.parse(); err != nil {
		return err
	}
	if *file == "" || c.NArg() > 0 {
		return usagef("name the configuration with -c FILE")
	}
	read := func() (*config.Config, error) { return config.Load(*file, os.LookupEnv, settings...) }
	cfg, err := read()
	if err != nil {
		return usageError{err}
	}
	log, err := newLogger(c.err, cfg.Log.Format, cfg.Log.Level)
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		log.Warn(w)
	}
	var a *app
	mount := func(s *ops.Server) {
		s.HandleAdmin("POST /admin/reload", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if err := a.reload(read); err != nil {
				http.Error(w, err.Error(), http.StatusUnprocessableEntity)
				return
			}
			fmt.Fprintln(w, "reloaded")
		}))
	}
	if a, err = newApp(cfg, log, extras{mount: mount}); err != nil {
		return err
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case <-hangup:
				_ = a.reload(read) // logged and shown in the metric
			case <-done:
				return
			}
		}
	}()
	return a.run(ctx, func() {
		fmt.Fprintf(c.out, "ready api=http://%s ops=http://%s carriers=%d policy=%s\n", a.apiLn.Addr(), a.opsLn.Addr(), len(a.carriers), cfg.Policy)
	})
}
