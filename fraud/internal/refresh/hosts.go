package main

import (
	"slices"
	"strings"
	"unicode"
)

// hosting are autonomous systems of providers that rent out machines and whose
// name does not say so. Cloudflare, Fastly and Akamai's edge are not among
// them: the private relays of ordinary phones leave the net there.
var hosting = []uint32{
	14618, 16509, 8987, 7224, // Amazon
	396982, 19527, // Google Cloud
	8075, 8068, 8069, // Microsoft
	14061, 393406, // DigitalOcean
	16276, 35540, // OVH
	24940, 213230, 212317, // Hetzner
	63949, 48337, // Linode
	20473,                // Vultr
	31898,                // Oracle Cloud
	45102, 37963, 134963, // Alibaba Cloud
	132203, 45090, // Tencent Cloud
	136907, 55990, // Huawei Cloud
	51167,        // Contabo
	12876, 29447, // Scaleway
	8560, 15418, // IONOS, Fasthosts
	60781, 28753, 30633, 59253, 16265, // Leaseweb
	9009, 16247, // M247
	212238, 60068, // DataCamp
	49981, 202053, 47583, 197540, 62240, 62563, // WorldStream, UpCloud, Hostinger, netcup, Clouvider, GTHost
	39351, 136787, 141039, 147049, // 31173 Services, PacketHub: exits of VPN services
	50673, 62282, 35913, 8100, 53667, // Serverius, Delska, DediPath, QuadraNet, FranTech
	36352, 55286, 40676, 46606, 26496, // HostPapa, B2 Net, Psychz, Unified Layer, GoDaddy
	19318, 32244, 29802, 46844, 22612, // Interserver, Liquid Web, Hivelocity, Sharktech, Namecheap
}

// telling are words in the name of a system that say the same.
var telling = []string{
	"hosting", "webhosting", "datacenter", "datacenters", "datacentre", "datacentres", "vps", "colocation", "colo", "servers", "cloud", "cloudhosting", "vpn",
}

// hosts says that a system rents out machines.
func hosts(number uint32, name string) bool {
	if slices.Contains(hosting, number) {
		return true
	}
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		if slices.Contains(telling, w) || w == "data" && i+1 < len(words) && (words[i+1] == "center" || words[i+1] == "centers" || words[i+1] == "centre") {
			return true
		}
	}
	return false
}
