/* What mypyc's C calls where something has gone wrong. Said to be cold, the compiler puts the code around such a
   call, a third of all, behind what usually runs, and makes it small. build-compiled includes this in each file,
   before mypyc's CPy.h, which declares the same functions; and before Python.h, which is not included here, as
   some files first say how they want it. */

#define COLD __attribute__((cold))

struct _object; /* PyObject */

COLD void CPyError_OutOfMemory(void);
COLD void CPy_TypeError(const char *expected, struct _object *value);
COLD void CPy_AddTraceback(const char *filename, const char *funcname, int line, struct _object *globals);
COLD void CPy_TypeErrorTraceback(const char *filename, const char *funcname, int line, struct _object *globals,
                                 const char *expected, struct _object *value);
COLD void CPy_AttributeError(const char *filename, const char *funcname, const char *classname,
                             const char *attrname, int line, struct _object *globals);

#undef COLD
