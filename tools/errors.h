/* What mypyc's C calls where something has gone wrong. Said to be cold, the compiler puts the code around such a
   call, a third of all, behind what usually runs, and makes it small. build-compiled includes this in each file,
   before mypyc's CPy.h, which declares the same functions. */

#include <Python.h>

#define COLD __attribute__((cold))

COLD void CPyError_OutOfMemory(void);
COLD void CPy_TypeError(const char *expected, PyObject *value);
COLD void CPy_AddTraceback(const char *filename, const char *funcname, int line, PyObject *globals);
COLD void CPy_TypeErrorTraceback(const char *filename, const char *funcname, int line, PyObject *globals,
                                 const char *expected, PyObject *value);
COLD void CPy_AttributeError(const char *filename, const char *funcname, const char *classname,
                             const char *attrname, int line, PyObject *globals);
COLD void PyErr_SetString(PyObject *, const char *);
