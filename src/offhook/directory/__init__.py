"""Who has which number: people from LDAP servers, vCard and CSV files, held in memory and on disk.

    book.name_of("9025683848")    ->  "김철수"
    book.search("김ㅊ")            ->  the people whose name begins so, best first

Sources tell people (`base.Source`); `cache.DirectoryCache` reads them in the background, keeps what they last
told, and answers from memory at once, whether their servers are up or not.
"""

from offhook.directory.base import Directory, Kind, Notice, Number, Person, Source
from offhook.directory.cache import DirectoryCache, SourceState

__all__ = ["Directory", "DirectoryCache", "Kind", "Notice", "Number", "Person", "Source", "SourceState"]
