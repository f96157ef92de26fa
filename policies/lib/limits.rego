# What the rules measure by: the library's defaults, and what a team says otherwise below `library` in data of its own.
package snowconf.limits

default own := {}

own := data.library

of := object.union(data.snowconf_defaults, own)
