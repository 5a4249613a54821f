package proc

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ticks is USER_HZ, which Linux has fixed at 100 for what it shows in /proc.
const ticks = 100

// Read tells what a process has used and holds now.
func Read(pid int) (u Usage, err error) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	stat, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		return u, fmt.Errorf("read what process %d uses: %w", pid, err)
	}
	// Behind the name, which may hold anything: state is field 3, utime 14,
	// stime 15, num_threads 20, rss 24, in pages (proc(5)).
	f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(f) < 22 {
		return u, fmt.Errorf("read what process %d uses: %d fields in stat", pid, len(f))
	}
	field := func(n int) int64 { v, _ := strconv.ParseInt(f[n-3], 10, 64); return v } // the kernel writes numbers there
	u.User = time.Duration(field(14)) * time.Second / ticks
	u.System = time.Duration(field(15)) * time.Second / ticks
	u.Threads = int(field(20))
	u.RSS = field(24) * int64(os.Getpagesize())
	fds, err := os.ReadDir(filepath.Join(dir, "fd"))
	u.FDs = len(fds)
	if errors.Is(err, os.ErrPermission) { // another user's: all else is told
		u.FDs, err = -1, nil
	}
	return u, err
}

// Listener finds the process that listens on a TCP port of this machine; 0
// when there is none, or when it may not be looked at.
func Listener(port int) (pid int) {
	inodes := map[string]bool{}
	for _, file := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		b, _ := os.ReadFile(file) // a machine may lack one of them
		for line := range strings.Lines(string(b)) {
			f := strings.Fields(line)
			const listen = "0A"
			if len(f) > 9 && f[3] == listen && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", port)) {
				inodes["socket:["+f[9]+"]"] = true
			}
		}
	}
	if len(inodes) == 0 {
		return 0
	}
	fds, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err == nil && inodes[to] {
			pid, _ := strconv.Atoi(strings.Split(fd, "/")[2])
			return pid
		}
	}
	return 0
}

// Filesystem names the file system that a directory is on, as far as it
// matters for a sync: on tmpfs it costs nothing.
func Filesystem(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	b, _ := os.ReadFile("/proc/self/mounts") // unknown where it is not there
	best, kind := "", ""
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		under := f[1] == "/" || dir == f[1] || strings.HasPrefix(dir, f[1]+"/")
		if under && len(f[1]) >= len(best) {
			best, kind = f[1], f[2]
		}
	}
	return kind
}
