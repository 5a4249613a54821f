package compile

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const module = "github.com/nyaruka/phonenumbers"

// Find collects the input from the module that this program was built with
// and from the folder data of fraud/numbering. It runs the go command.
func Find(data string) (in Input, err error) {
	found, err := exec.Command("go", "list", "-f", "{{.Dir}}\n{{.Module.Version}}", module).Output()
	if err != nil {
		return in, fmt.Errorf("go list %s: %w", module, err)
	}
	dir, version, _ := strings.Cut(strings.TrimSpace(string(found)), "\n")
	in.Version = strings.TrimSpace(version)
	if in.Carriers, err = os.ReadFile(filepath.Join(dir, "data", "prefix_to_carriers", "en.txt.gz")); err != nil {
		return in, err
	}
	if in.PLMNs, err = os.ReadFile(filepath.Join(data, "plmn.tsv")); err != nil {
		return in, err
	}
	in.Homes, err = os.ReadFile(filepath.Join(data, "carriers.tsv"))
	return in, err
}
