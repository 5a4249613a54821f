package compare

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"time"

	"tollgate/bench/proc"
)

// kannelTemplate is bearerbox and smsbox with one SMPP bind, every limit lifted
// that would hold it back.
//
//go:embed kannel.conf.tmpl
var kannelTemplate string

// kannelConfig is what the template is filled with.
type kannelConfig struct {
	carrier        string
	user, password string
	spool          bool
}

// kannelBoxes is Kannel, running.
type kannelBoxes struct {
	url   string
	dir   string
	admin string        // password of the status page
	boxes []*proc.Child // bearerbox and smsbox
}

// programs finds Kannel's two; Debian keeps them where not every user looks.
func programs() (bearerbox, smsbox string, err error) {
	find := func(name string) string {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
		p := filepath.Join("/usr/sbin", name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
		return ""
	}
	if bearerbox, smsbox = find("bearerbox"), find("smsbox"); bearerbox == "" || smsbox == "" {
		return "", "", errors.New("bearerbox and smsbox are not installed (Debian: apt install kannel)")
	}
	return bearerbox, smsbox, nil
}

var versionLine = regexp.MustCompile("version `?([0-9][^' \n]*)")

// kannelVersion asks bearerbox.
func kannelVersion(ctx context.Context, bearerbox string) string {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	out, _ := exec.CommandContext(ctx, bearerbox, "--version").CombinedOutput() // it may end with any code
	if m := versionLine.FindSubmatch(out); m != nil {
		return string(m[1])
	}
	return "of unknown version"
}

// runKannel writes a configuration into a directory of its own and starts both boxes.
func runKannel(ctx context.Context, under string, c kannelConfig) (*kannelBoxes, error) {
	bearerbox, smsbox, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(under, "kannel-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for Kannel: %w", err)
	}
	k := &kannelBoxes{dir: dir, admin: secret()}
	if err := k.start(ctx, bearerbox, smsbox, &c); err != nil {
		k.stop()
		return nil, err
	}
	return k, nil
}

func (k *kannelBoxes) start(ctx context.Context, bearerbox, smsbox string, c *kannelConfig) error {
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	file, err := k.write(c, ports)
	if err != nil {
		return err
	}
	// Errors alone are written: a line for each message would be counted against
	// it. smsbox must not be asked before it has its bearerbox: it aborts.
	bearer, _, err := proc.Start(ctx, proc.Spec{Name: "bearerbox", Args: []string{bearerbox, "-v", "4", file}, Dir: k.dir})
	if err != nil {
		return err
	}
	k.boxes = append(k.boxes, bearer)
	if err := until(ctx, "bearerbox listens for its boxes", bearer, func() bool { return listens(ports[1]) }); err != nil {
		return err
	}
	sms, _, err := proc.Start(ctx, proc.Spec{Name: "smsbox", Args: []string{smsbox, "-v", "4", file}, Dir: k.dir})
	if err != nil {
		return err
	}
	k.boxes = append(k.boxes, sms)
	k.url = "http://127.0.0.1:" + strconv.Itoa(ports[2])
	return until(ctx, "smsbox is connected and listens", sms, func() bool { return k.connected(ctx, ports[0]) && listens(ports[2]) })
}

// connected asks bearerbox's status page whether smsbox is there.
func (k *kannelBoxes) connected(ctx context.Context, port int) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	url := fmt.Sprintf("http://127.0.0.1:%d/status.txt?password=%s", port, k.admin)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	return err == nil && strings.Contains(string(page), "smsbox:")
}

// write fills the template in.
func (k *kannelBoxes) write(c *kannelConfig, ports []int) (file string, err error) {
	host, port, err := net.SplitHostPort(c.carrier)
	if err != nil {
		return "", fmt.Errorf("the carrier's address: %w", err)
	}
	spool := ""
	if c.spool {
		spool = filepath.Join(k.dir, "spool")
		if err := os.Mkdir(spool, 0o700); err != nil {
			return "", fmt.Errorf("make Kannel's spool: %w", err)
		}
	}
	var text strings.Builder
	err = template.Must(template.New("kannel.conf").Parse(kannelTemplate)).Execute(&text, map[string]any{
		"Admin": ports[0], "Boxes": ports[1], "Sendsms": ports[2], "AdminPassword": k.admin, "Spool": spool,
		"Host": host, "Port": port, "User": c.user, "Password": c.password,
	})
	if err != nil {
		return "", fmt.Errorf("write Kannel's configuration: %w", err)
	}
	file = filepath.Join(k.dir, "kannel.conf")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return "", fmt.Errorf("write Kannel's configuration: %w", err)
	}
	return file, nil
}

// stop ends both boxes, smsbox first, and removes what they kept.
func (k *kannelBoxes) stop() {
	for i := len(k.boxes) - 1; i >= 0; i-- {
		k.boxes[i].Stop()
	}
	_ = os.RemoveAll(k.dir) // in a directory for what is temporary
}
