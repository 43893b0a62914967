"""The directory: names for numbers and numbers for names, from LDAP servers, vCard and CSV files.

    book.name_of("9025683848")    ->  "김철수"
    book.search("김ㅊ")            ->  the people whose names begin like this, best first

A `base.Source` reads people from somewhere. `cache.DirectoryCache` refreshes the sources in the background,
keeps their last result in memory and on disk, and so answers at once, even if a server is down.
"""

from offhook.directory.base import Directory, Kind, Notice, Number, Person, Source
from offhook.directory.cache import DirectoryCache, SourceState

__all__ = ["Directory", "DirectoryCache", "Kind", "Notice", "Number", "Person", "Source", "SourceState"]
