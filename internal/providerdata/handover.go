package providerdata

// HandOver leaves something for the instance that takes over in this run what an instance
// has held at an address.
func (d *Data) HandOver(address string, what any) { d.handed.Store(address, what) }

// Left is what was left at an address, which stays there; nil if nothing was.
func (d *Data) Left(address string) any {
	what, _ := d.handed.Load(address)
	return what
}

// TakeOver takes what was left at an address; nil if nothing was.
func (d *Data) TakeOver(address string) any {
	what, _ := d.handed.LoadAndDelete(address)
	return what
}
