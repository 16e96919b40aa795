"""A model on disk: one safetensors file, safe to load from a stranger.

Layout, of which every byte counts::

    8 bytes      n, the length of the header, little-endian
    n bytes      the header, JSON: {"__metadata__": {"clearprop": document},
                                    "params/0/W": {"dtype": …, "shape": …, "data_offsets": …}, …}
    the rest     the arrays, one after the other

The document is JSON again (see `schema.Document`): the network, the loss and the rule as configurations, how the
training went, and the SHA-256 of the whole file with the 64 digits of that hash itself as zeros.

A file is believed in this order, and nothing is allocated for a thing not yet seen to be right:

1. its lengths, against its real size, and its hash: damage is found here (`container`);
2. its two JSON texts: no duplicate keys, no NaN, bounded size, numbers and nesting (`strict_json`), then the schema;
3. its network, loss and rule: names from clearprop's own tables, or classes that the caller passes in (`registry`);
4. its arrays, against the shapes that this network has, found without computing anything (`outline`).

The hash finds accidents. It is no signature: whoever writes a file can write the hash that goes with it, so that the
other three steps stand on their own.

Sources: the safetensors format, https://github.com/huggingface/safetensors; SHA-256, FIPS 180-4; JSON, RFC 8259.
"""

from clearprop.modelfile.read import load
from clearprop.modelfile.write import save

__all__ = ["load", "save"]
