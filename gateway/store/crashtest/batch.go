package crashtest

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// Batches plays schedules in processes of their own, each so many at a time,
// and says whether it did: a store that has failed stands still for good, with
// its memory, until its process ends. flags are those of the test binary.
func Batches(t *testing.T, schedules, each int, seed uint64, flags ...string) bool {
	if schedules <= each {
		return false
	}
	for done := 0; done < schedules; done += each {
		args := append([]string{
			"-test.run", "^" + t.Name() + "$", "-test.v", "-schedules", strconv.Itoa(min(each, schedules-done)), "-seed", strconv.FormatUint(seed+uint64(done), 10),
		}, flags...)
		out, err := exec.Command(os.Args[0], args...).CombinedOutput()
		if err != nil {
			t.Errorf("%d schedules from seed %d: %v\n%s", each, seed+uint64(done), err, out)
			continue
		}
		for line := range bytes.Lines(out) {
			if bytes.Contains(line, []byte("schedules from seed")) {
				t.Logf("%s", bytes.TrimSpace(line))
			}
		}
	}
	return true
}
