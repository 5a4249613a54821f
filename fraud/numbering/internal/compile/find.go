package compile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const module = "github.com/nyaruka/phonenumbers"

// Find collects the input from the module that this program was built with
// and from the file of networks. It runs the go command.
func Find(plmns string) (in Input, err error) {
	found, err := exec.Command("go", "list", "-f", "{{.Dir}}\n{{.Module.Version}}", module).Output()
	if err != nil {
		return in, fmt.Errorf("go list %s: %w", module, err)
	}
	dir, version, _ := strings.Cut(strings.TrimSpace(string(found)), "\n")
	in.Version = strings.TrimSpace(version)
	if in.Carriers, err = os.ReadFile(filepath.Join(dir, "data", "prefix_to_carriers", "en.txt.gz")); err != nil {
		return in, err
	}
	in.PLMNs, err = os.ReadFile(plmns)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // no network is known then
	}
	return in, err
}
